/**
 * The commands {@code audit …}, for every program of Penstock that people run. They need nothing
 * but a public key: no account, and for a copied log no server.
 */
@NullMarked
package io.penstock.trail.cli;

import org.jspecify.annotations.NullMarked;
