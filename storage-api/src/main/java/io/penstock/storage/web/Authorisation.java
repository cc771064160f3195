package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.access.ManageTokens;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Resolves who calls and refuses what the handler's {@link Allow} does not allow, before any
 * argument is read.
 */
@Component
class Authorisation implements HandlerInterceptor {
  private static final String BEARER = "Bearer ";

  private final Callers callers;
  private final ManageTokens manageTokens;

  Authorisation(Callers callers, ManageTokens manageTokens) {
    this.callers = callers;
    this.manageTokens = manageTokens;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    Call call = Call.current();
    Object route = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    if (route != null) {
      call.routedTo(request.getMethod() + " " + route);
    }
    if (!(handler instanceof HandlerMethod method)) {
      throw new PlatformException(ErrorCode.ROUTE_NOT_FOUND, "resource not found");
    }
    Allow allow = method.getMethodAnnotation(Allow.class);
    if (allow == null) {
      throw Caller.accessDenied();
    }
    call.cameWith(IdempotencyKeys.ofRequest(Map.of()).orElse(null));
    switch (allow.value()) {
      case EVERYBODY -> optional(request, call);
      case ANY_TOKEN -> required(request, call, allow.comparedByHandler());
      case MANAGE_BUCKETS -> {
        if (!required(request, call, false).canManageBuckets()) {
          throw Caller.accessDenied();
        }
      }
      case MANAGE_TOKENS -> {
        if (!required(request, call, false).canManageTokens()) {
          throw Caller.accessDenied();
        }
      }
      case ADMINISTRATOR -> administrator(request, call, false);
      case SUPER_ADMIN -> administrator(request, call, true);
    }
    return true;
  }

  private void optional(HttpServletRequest request, Call call) {
    if (token(request) != null) {
      required(request, call, false);
    }
  }

  /**
   * @param comparedLater whether somebody else compares what is remembered of the caller
   */
  private Caller required(HttpServletRequest request, Call call, boolean comparedLater) {
    String token = token(request);
    if (token == null) {
      throw new PlatformException(ErrorCode.TOKEN_MISSING, "Access token must be set");
    }
    boolean mayBeRefused = request.getAttribute(NormalisedRequest.BRANCH) != null;
    Optional<Caller> known =
        comparedLater && !mayBeRefused ? callers.remembered(token) : Optional.empty();
    Caller caller = known.orElseGet(() -> resolved(token, call));
    call.resolvedAs(caller);
    refuseOtherBranch(request, caller);
    return caller;
  }

  /** A genuine token that is refused belongs into the trail of the project that it was made for. */
  private Caller resolved(String token, Call call) {
    try {
      return callers.resolve(token);
    } catch (PlatformException e) {
      if (e.code().category() == ErrorCode.Category.UNAUTHENTICATED) {
        callers.holderOf(token).ifPresent(call::refusedTo);
      }
      throw e;
    }
  }

  /** There is one branch, the default one; it goes by that word and by its number. */
  private static void refuseOtherBranch(HttpServletRequest request, Caller caller) {
    Object branch = request.getAttribute(NormalisedRequest.BRANCH);
    boolean known =
        branch == null
            || branch.equals("default")
            || branch.equals(Long.toString(caller.project().branchId()));
    if (!known) {
      throw new PlatformException(ErrorCode.BRANCH_NOT_FOUND, "Branch not found");
    }
  }

  private void administrator(HttpServletRequest request, Call call, boolean superAdmin) {
    String token = request.getHeader("X-KBC-ManageApiToken");
    if (token == null || token.isEmpty()) {
      throw new PlatformException(ErrorCode.TOKEN_MISSING, "Access token must be set");
    }
    ManageTokens.Administrator person = manageTokens.resolve(token);
    call.administeredBy(person.actor());
    if (superAdmin && !person.superAdmin()) {
      throw Caller.accessDenied();
    }
  }

  private static @Nullable String token(HttpServletRequest request) {
    String token = request.getHeader("X-StorageApi-Token");
    if (token != null && !token.isEmpty()) {
      return token;
    }
    String authorization = request.getHeader("Authorization");
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).trim()
        : null;
  }
}
