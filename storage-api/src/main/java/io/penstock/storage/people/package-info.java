/**
 * Organisations, projects, persons and who belongs where, with the Manage API that administers
 * them.
 */
@NullMarked
package io.penstock.storage.people;

import org.jspecify.annotations.NullMarked;
