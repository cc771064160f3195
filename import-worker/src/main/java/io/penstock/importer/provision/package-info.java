/**
 * Makes a project's database, its two roles and its catalogue. Runs only where it is switched on,
 * with a credential of its own: the only part of the platform that may create databases and roles.
 */
@NullMarked
package io.penstock.importer.provision;

import org.jspecify.annotations.NullMarked;
