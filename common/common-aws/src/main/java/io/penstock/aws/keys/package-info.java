/**
 * Keys: {@link io.penstock.aws.Keyring} and {@link io.penstock.aws.RecipientSeal} on AWS KMS and on
 * a disk. Nothing here writes a key outside a {@link io.penstock.aws.keys.PrivateDirectory}, and no
 * exception text holds a secret.
 */
@NullMarked
package io.penstock.aws.keys;

import org.jspecify.annotations.NullMarked;
