package io.penstock.storage.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where keys are.
 *
 * @param directory folder of local keysets; absent on AWS: KMS and STS
 * @param workerPublicKey the keyset that jobs' credentials are sealed with for import-worker
 */
@ConfigurationProperties("penstock.keys")
record KeyProperties(@Nullable Path directory, Path workerPublicKey) {}
