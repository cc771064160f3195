package io.penstock.storage.config;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.storage.access.TokenCodec;
import io.penstock.storage.access.TokenKeys;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Parts that belong to no feature. */
@Configuration
class PlatformWiring {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  /** For waits and outages: never jumps. */
  @Bean
  Ticker ticker() {
    return Ticker.systemTicker();
  }

  @Bean
  TokenCodec tokenCodec(TokenProperties properties) {
    Map<Integer, byte[]> masters =
        properties.keys().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> Base64.getDecoder().decode(entry.getValue().reveal())));
    return new TokenCodec(new TokenKeys(masters));
  }
}
