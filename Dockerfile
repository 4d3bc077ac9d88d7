# One static program and what it trusts. For both architectures:
#
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg MAILWARD_COMMIT="$(git rev-parse HEAD)" --tag NAME .
#
# Alpine compiles for musl natively, so each architecture is built on its own kind (or emulated) and needs no cross compiler.
# `make image` makes the same image without a container engine.
ARG RUST=1.95
FROM docker.io/library/rust:${RUST}-alpine AS build
RUN apk add --no-cache bash ca-certificates coreutils gcc musl-dev python3
WORKDIR /src
COPY . .
ARG MAILWARD_COMMIT=unknown
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked tools/image/build.sh --root /image

FROM scratch
ARG MAILWARD_COMMIT=unknown
LABEL org.opencontainers.image.title="mailward" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="${MAILWARD_COMMIT}"
COPY --from=build /image /
# A number, so that runAsNonRoot can be checked before it starts.
USER 65532:65532
ENTRYPOINT ["/mailward"]
