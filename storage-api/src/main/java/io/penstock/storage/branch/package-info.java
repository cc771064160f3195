/** The one branch that a project has: its default one. */
@NullMarked
package io.penstock.storage.branch;

import org.jspecify.annotations.NullMarked;
