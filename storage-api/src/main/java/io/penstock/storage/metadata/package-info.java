/**
 * What people write onto buckets, tables, columns and the branch: metadata with providers, and the
 * older attributes. It vanishes with its object, and a column's with the column: the database sees
 * to that. The platform writes none of its own.
 */
@NullMarked
package io.penstock.storage.metadata;

import org.jspecify.annotations.NullMarked;
