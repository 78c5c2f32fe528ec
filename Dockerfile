FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
COPY scripts scripts
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# The catalogue's data files are read from src when the service starts.
COPY --from=build /app/src/catalogue/data src/catalogue/data
COPY --from=build /app/src/areas/data src/areas/data
COPY --from=build /app/src/indicators/data src/indicators/data
COPY --from=build /app/src/imports/data src/imports/data
COPY --from=build /app/src/benchmarks/data src/benchmarks/data
COPY --from=build /app/src/needs-profile/data src/needs-profile/data
COPY --from=build /app/src/unit-costs/data src/unit-costs/data
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/server.js"]
