# Three stages: what runs is built with everything, and shipped with nothing that it does not need.
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
RUN find node_modules -type f '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.md' ')' -delete

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY scripts scripts
COPY src src
RUN npm run build
# Of the sources the data files alone are read when the service runs; of the scripts, not those that measure or make data files.
RUN find src -type f -not -path 'src/*/data/*' -delete
RUN find src -type d -empty -delete
RUN find dist -type f '(' -name '*.map' -o -name '.tsbuildinfo' -o -path 'dist/scripts/bench*' -o -path 'dist/scripts/build-*' ')' -delete

FROM node:${NODE_VERSION}-slim
WORKDIR /app
RUN install -d -o node -g node /data
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/src src
COPY package.json LICENSE ./
# What it is built from: docker build --build-arg EVIDENT_COMMIT=$(git rev-parse HEAD) .
ARG EVIDENT_COMMIT=
ENV EVIDENT_COMMIT=${EVIDENT_COMMIT} NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
USER node
# For the embedded database alone; with DATABASE_URL nothing is written but to /tmp, where files being imported are put.
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process is up, and not whether its database is: what restarts a container that is not healthy would mend nothing by it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/server.js"]
