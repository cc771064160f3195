/**
 * A CSV file as bytes: no value becomes an object. One scanner runs over the stream beside
 * PostgreSQL's COPY and is stricter than it; what it lets through, COPY reads as the very same
 * records.
 */
@NullMarked
package io.penstock.importer.csv;

import org.jspecify.annotations.NullMarked;
