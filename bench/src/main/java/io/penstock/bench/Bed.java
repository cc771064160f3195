package io.penstock.bench;

/**
 * What the sides work with.
 *
 * @param client of the platform
 * @param warehouse for setting up and looking afterwards
 * @param psql the yardstick
 */
record Bed(Client client, Warehouse warehouse, Psql psql) {}
