# The service, on Node's own image. Build: docker build --target service .
FROM node:26-slim AS base
WORKDIR /app
ENV NODE_ENV=production

FROM base AS production-dependencies
COPY package.json package-lock.json ./
RUN npm install --omit=dev --no-audit --no-fund

# The emulator is a tool for development: it is built with everything, and only by its compose profile.
FROM base AS emulator
COPY package.json package-lock.json ./
RUN npm install --include=dev --no-audit --no-fund
COPY src ./src
COPY emulator ./emulator
USER node
ENV EMULATOR_HOST=0.0.0.0
EXPOSE 4010
CMD ["node", "emulator/main.ts"]

FROM base AS service
COPY --from=production-dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY config ./config
COPY src ./src
# What is promised about creates is in /app/data: mount a volume there, or it ends with the container.
RUN install -d -o node node_modules/.cache && install -d -o node -m 700 data
USER node
# Without settings it only says what is missing, but by then all is compiled, for every start of this image.
RUN node src/main.ts --check > /dev/null 2>&1 || true
# Inside of a container, loopback would let nobody in. Who may come in is for ALLOW_ANONYMOUS_CALLERS to say.
ENV HOST=0.0.0.0
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "-e", "const { PORT = 3000, TLS_CERT_FILE } = process.env; require(TLS_CERT_FILE ? 'https' : 'http').get({ host: '127.0.0.1', port: PORT || 3000, path: '/livez', rejectUnauthorized: false }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# Node itself, not npm: npm would keep the signals to itself.
CMD ["node", "src/main.ts"]
