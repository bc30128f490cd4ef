# Builds any app of the workspace: docker build -f infra/docker/service.Dockerfile --build-arg APP=order-service .
#
# The image keeps the checkout's layout (apps/<app>/dist, libs/*/dist, node_modules), so that the same command starts a
# service in the image and natively. The file uses plain instructions only, for the classic builder of Docker 20.10 and for
# BuildKit.
ARG NODE_IMAGE=node:24-bookworm-slim

# Contains only the files that determine the dependencies. The next stage copies them, and its cache is keyed by their
# content, so a change of the source code reinstalls nothing.
FROM ${NODE_IMAGE} AS manifests
COPY . /checkout
RUN mkdir /app && cd /checkout \
  && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json tools/*/package.json /app

# Contains all dependencies of the compiler. Install scripts do not run: the pinned Node, SWC and Nx are tools of the
# workspace and not of this build.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --ignore-scripts --omit=optional

# Contains the runtime dependencies of this app. Starts from the stage above to reuse its npm cache. npm also links
# workspace packages that only tests depend on; their tags identify them. npm puts a package that it cannot hoist beside
# its dependant.
FROM dependencies AS production
ARG APP
RUN npm ci --ignore-scripts --omit=dev --omit=optional --prefer-offline --workspace "apps/${APP}" \
  && for link in node_modules/@groundwork/*; do \
      grep -qE '"type:(app|platform|core|contract)"' "${link}/package.json" || rm "${link}"; \
    done \
  && mkdir /pruned \
  && cp -a --parents node_modules $(find apps libs -mindepth 2 -maxdepth 2 -name node_modules ! -empty) /pruned \
  && find /pruned -type f \( -name '*.map' -o \( -name '*.md' ! -iname 'licen[cs]e*' \) -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM dependencies AS build
ARG APP
COPY . ./
RUN node_modules/.bin/tsc --build "apps/${APP}/tsconfig.lib.json"
# The image contains a workspace library if npm linked it for this app: ../../libs/caching -> libs/caching.
COPY --from=production /pruned/node_modules/@groundwork /linked
RUN mkdir /out \
  && for directory in "apps/${APP}" $(find /linked -type l -exec readlink {} \; | sed 's|^\(\.\./\)*||' | grep '^libs/'); do \
      cp -r --parents "${directory}/package.json" "${directory}/dist" /out || exit 1; \
    done \
  && if [ -d "apps/${APP}/config" ]; then cp -r --parents "apps/${APP}/config" /out; fi \
  && if [ "${APP}" = order-service ]; then cp --parents infra/postgres/vschema.json /out; fi \
  && find /out -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.tsbuildinfo' \) -delete

FROM ${NODE_IMAGE}
ARG APP
ENV NODE_ENV=production APP=${APP}
WORKDIR /app
COPY --from=production /pruned ./
COPY --from=build /out ./
USER node
CMD ["sh", "-c", "exec node apps/${APP}/dist/main.js"]
ARG NODE_IMAGE
ARG REVISION=unknown
LABEL org.opencontainers.image.title="groundwork/${APP}" \
  org.opencontainers.image.description="${APP} of Groundwork, a reference microservices platform" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${NODE_IMAGE}"
