/**
 * Workspaces (chapter 2.15): schemas in the project's own database in which its users run SQL by a
 * log-in of their own. A password is made here, shown once, and kept nowhere: it reaches the
 * warehouse sealed for the provisioner and is forgotten with the job that brought it.
 */
@NullMarked
package io.penstock.storage.workspace;

import org.jspecify.annotations.NullMarked;
