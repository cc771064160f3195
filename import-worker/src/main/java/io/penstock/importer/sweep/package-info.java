/**
 * Removal: of tables, and of what loads leave behind (retired generations, staged files). There is
 * no standing credential, so the sweeping is done at the end of jobs, with theirs.
 */
@NullMarked
package io.penstock.importer.sweep;

import org.jspecify.annotations.NullMarked;
