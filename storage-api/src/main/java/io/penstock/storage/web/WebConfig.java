package io.penstock.storage.web;

import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the edge's parts into Spring MVC. */
@Configuration
class WebConfig implements WebMvcConfigurer {
  private final Authorisation authorisation;
  private final UnreadBodies bodies;
  private final RepeatedAnswers repeated;
  private final CallerResolver callers;
  private final ParamsResolver params;

  WebConfig(
      Authorisation authorisation,
      UnreadBodies bodies,
      RepeatedAnswers repeated,
      CallerResolver callers,
      ParamsResolver params) {
    this.authorisation = authorisation;
    this.bodies = bodies;
    this.repeated = repeated;
    this.callers = callers;
    this.params = params;
  }

  /** Clients compare the type of an answer letter by letter; nobody gets to choose it. */
  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
    negotiation.strategies(List.of(_ -> ContentNegotiationStrategy.MEDIA_TYPE_ALL_LIST));
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(authorisation).excludePathPatterns("/health/**");
    registry.addInterceptor(bodies).excludePathPatterns("/health/**");
    registry.addInterceptor(repeated).excludePathPatterns("/health/**");
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(callers);
    resolvers.add(params);
  }
}
