/**
 * import-worker: takes jobs from a queue, runs each with the credential that the job brings, and
 * ends each exactly once in its project's ledger. It has no way in but its health, and no standing
 * credential for any project.
 */
@NullMarked
package io.penstock.importer;

import org.jspecify.annotations.NullMarked;
