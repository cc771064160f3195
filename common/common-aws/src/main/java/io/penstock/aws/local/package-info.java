/**
 * Scoped credentials without a cloud. Nothing is stored per credential: the session token holds the
 * sealed grant, the secret follows from the access key id, so that two processes and a restart
 * agree by sharing one key file.
 */
@NullMarked
package io.penstock.aws.local;

import org.jspecify.annotations.NullMarked;
