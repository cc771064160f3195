/**
 * Elasticsearch's query-string syntax over columns of the metadata database: a text becomes a
 * condition with bound values. A feature says which fields there are; this package knows none.
 */
@NullMarked
package io.penstock.storage.query;

import org.jspecify.annotations.NullMarked;
