/**
 * A Java agent that makes a process end at a named point, when told so by a file. The product knows
 * nothing of it: its methods get one call more while their classes are loaded.
 */
@NullMarked
package io.penstock.kill.agent;

import org.jspecify.annotations.NullMarked;
