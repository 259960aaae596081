# The image of tests/containers, where a registry and Debian's packages can be reached:
#
#   docker build --tag netswitch-ovs:test - <scripts/ovs-image.Dockerfile
#
# Elsewhere scripts/build-ovs-image makes it of this machine's own files.
FROM debian:12
RUN apt-get update \
 && apt-get install --yes --no-install-recommends openvswitch-switch iproute2 \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /run/openvswitch
