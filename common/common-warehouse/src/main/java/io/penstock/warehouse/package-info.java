/**
 * The catalogue of a project's database, and the one place that builds statements over a table's
 * current generation. Plain JDBC: storage-api uses it for previews, import-worker for loads and
 * exports.
 */
@NullMarked
package io.penstock.warehouse;

import org.jspecify.annotations.NullMarked;
