package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

/** ChatGLM3-6B: a token for each role, a line of metadata, the content; each encoded on its own. */
record ChatGlm3Form() implements PromptForm {
  private static final String TAG = "<|assistant|>";
  private static final String USER = "<|user|>";
  private static final String OBSERVATION = "<|observation|>";
  private static final Segment ASSISTANT = new Segment.Token(TAG);

  @Override
  public String name() {
    return "chatglm3";
  }

  @Override
  public List<Segment> prompt(Conversation conversation) {
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment.Token("[gMASK]"));
    segments.add(new Segment.Token("sop"));
    for (Message message : conversation.messages()) {
      segments.add(role(message));
      segments.addAll(text(message));
    }
    segments.add(ASSISTANT);
    return segments;
  }

  private static Segment role(Message message) {
    return switch (message.role()) {
      case Message.SYSTEM -> new Segment.Token("<|system|>");
      case Message.USER -> new Segment.Token(USER);
      case Message.ASSISTANT -> ASSISTANT;
      case Message.TOOL, "observation" -> new Segment.Token(OBSERVATION);
      default -> throw PromptRefusal.noPlaceFor(message.role(), "chatglm3");
    };
  }

  private static List<Segment> text(Message message) {
    Object metadata = message.more().getOrDefault("metadata", "");
    return List.of(new Segment.Plain(metadata + "\n"), new Segment.Plain(message.content()));
  }

  @Override
  public TrainingRows rows(Conversation conversation, List<Integer> learned, TrainOn trainOn) {
    return AnswerRows.of(
        this, (chat, turn) -> text(chat.messages().get(turn)), conversation, trainOn.of(learned));
  }

  /** Where the family's own {@code chat()} stops: the turn of another begins. */
  @Override
  public List<String> turnEnds() {
    return List.of(USER, OBSERVATION);
  }

  /** Of several assistant turns the last; what stands before the first newline is metadata. */
  @Override
  public String shown(String answer) {
    int last = answer.lastIndexOf(TAG);
    String turn = last < 0 ? answer : answer.substring(last + TAG.length());
    int line = turn.indexOf('\n');
    String metadata = line < 0 ? "" : turn.substring(0, line);
    return Cleaning.CHATGLM2.apply(metadata.isBlank() ? turn.substring(line + 1) : turn);
  }
}
