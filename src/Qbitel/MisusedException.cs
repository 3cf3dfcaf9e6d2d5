namespace Qbitel;

/// <summary>A command line that is wrong in a way only the room it calls can tell.</summary>
internal sealed class MisusedException(string message, Exception? cause = null) : Exception(message, cause);
