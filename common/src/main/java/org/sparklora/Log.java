package org.sparklora;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a type logs. Arguments may come from files: each is shown on one line as {@link
 * VisibleText}; an exception that stands last keeps its stack trace.
 */
public final class Log {
  private final Logger logger;

  private Log(Logger logger) {
    this.logger = logger;
  }

  public static Log of(Class<?> type) {
    return new Log(LoggerFactory.getLogger(type));
  }

  public void error(String template, Object... arguments) {
    logger.error(template, visible(arguments));
  }

  public void warn(String template, Object... arguments) {
    logger.warn(template, visible(arguments));
  }

  public void info(String template, Object... arguments) {
    if (logger.isInfoEnabled()) {
      logger.info(template, visible(arguments));
    }
  }

  public void debug(String template, Object... arguments) {
    if (logger.isDebugEnabled()) {
      logger.debug(template, visible(arguments));
    }
  }

  private static Object[] visible(Object... arguments) {
    Object[] visible = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      boolean thrown = i == arguments.length - 1 && arguments[i] instanceof Throwable;
      visible[i] = thrown ? arguments[i] : VisibleText.of(String.valueOf(arguments[i]));
    }
    return visible;
  }
}
