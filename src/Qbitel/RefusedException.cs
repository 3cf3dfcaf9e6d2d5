namespace Qbitel;

/// <summary>A command that cannot be done, said to a person: what is wrong and what to do about it.</summary>
internal sealed class RefusedException(string message, string remedy, Exception? cause = null)
    : Exception(message, cause)
{
    public string Remedy { get; } = remedy;
}
