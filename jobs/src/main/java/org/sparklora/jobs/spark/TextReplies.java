package org.sparklora.jobs.spark;

import java.util.function.UnaryOperator;
import org.apache.spark.rpc.RpcCallContext;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** What an endpoint of Spark's transport replies to texts, the only messages that ours know. */
final class TextReplies extends AbstractPartialFunction<Object, BoxedUnit> {
  private final RpcCallContext call;
  private final UnaryOperator<String> reply;

  TextReplies(RpcCallContext call, UnaryOperator<String> reply) {
    this.call = call;
    this.reply = reply;
  }

  @Override
  public boolean isDefinedAt(Object message) {
    return message instanceof String;
  }

  @Override
  public BoxedUnit apply(Object message) {
    call.reply(reply.apply((String) message));
    return BoxedUnit.UNIT;
  }
}
