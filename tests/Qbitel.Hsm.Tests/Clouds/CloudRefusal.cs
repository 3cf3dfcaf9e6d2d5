namespace Qbitel.Hsm.Tests.Clouds;

/// <summary>What a service answers instead of doing it.</summary>
internal sealed class CloudRefusal(int status, string code) : Exception(code)
{
    public int Status { get; } = status;
}
