package io.penstock.storage.config;

import io.penstock.model.Secret;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;

/** Lets settings be {@link Secret}s, which never print. */
@Component
@ConfigurationPropertiesBinding
class SecretConverter implements Converter<String, Secret> {
  @Override
  public Secret convert(String source) {
    return Secret.of(source);
  }
}
