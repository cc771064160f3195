@NullMarked
package io.penstock.kill.agent;

import org.jspecify.annotations.NullMarked;
