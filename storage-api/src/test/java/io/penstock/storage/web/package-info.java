@NullMarked
package io.penstock.storage.web;

import org.jspecify.annotations.NullMarked;
