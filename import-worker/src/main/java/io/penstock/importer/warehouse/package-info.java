/** Connections to the warehouse: one per job, with the credential of the job. */
@NullMarked
package io.penstock.importer.warehouse;

import org.jspecify.annotations.NullMarked;
