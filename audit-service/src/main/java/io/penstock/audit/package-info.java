/**
 * Keeps the records of what happened and finds them again. {@code keep} makes them durable, {@code
 * search} derives an index from what is kept, {@code ingest} takes them from the queue and confirms
 * them, {@code web} answers other services.
 */
@NullMarked
package io.penstock.audit;

import org.jspecify.annotations.NullMarked;
