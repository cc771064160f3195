/**
 * Workspaces: schemas in which the project's users run SQL of their own. What such a user makes can
 * hold code (views, triggers, defaults, index expressions), which runs with the rights of whoever
 * touches it. So the project's writer only ever makes and drops things there, and adds rows to
 * tables that hold no code; what is read is read by a role with the workspace's rights.
 */
@NullMarked
package io.penstock.importer.workspace;

import org.jspecify.annotations.NullMarked;
