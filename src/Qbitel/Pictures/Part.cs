namespace Qbitel.Pictures;

/// <summary>A part of a whole, in the tone of what it is.</summary>
public sealed record Part(string Name, long Count, Tone Tone);

/// <summary>A moment on a time line.</summary>
public sealed record Moment(DateTimeOffset At, string Name, Tone Tone);
