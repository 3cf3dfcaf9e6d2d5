namespace Qbitel.Hsm.Wrapping;

/// <summary>Where a secret of a transfer has been in the clear.</summary>
public enum Exposure
{
    /// <summary>Nowhere outside the token.</summary>
    InsideToken,

    /// <summary>In the memory of this process, for the moment of the call, and zeroed after it.</summary>
    ThisProcess,
}

/// <summary>What left the token's boundary in one transfer of one key, on one side of it.</summary>
/// <param name="Side"><c>wrap</c> or <c>unwrap</c>.</param>
/// <param name="Token">The token's name.</param>
/// <param name="Key">Where the key itself was in the clear.</param>
/// <param name="WrappingKeys">
/// Where the KEM's secret and the keys made of it were: whoever has these and the message has the key.
/// </param>
/// <param name="Steps">How it was done, one line each.</param>
public sealed record BoundaryReport(
    string Side, string Token, Exposure Key, Exposure WrappingKeys, IReadOnlyList<string> Steps)
{
    /// <summary>Neither the key nor anything that opens the message left the token.</summary>
    public bool StaysInside => Key == Exposure.InsideToken && WrappingKeys == Exposure.InsideToken;

    public bool Equals(BoundaryReport? other) => other is not null && Side == other.Side && Token == other.Token
        && Key == other.Key && WrappingKeys == other.WrappingKeys && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => HashCode.Combine(Side, Token, Key, WrappingKeys, Steps.Count);

    public override string ToString() =>
        StaysInside ? $"{Side} at {Token}: nothing left the token"
        : Key == Exposure.InsideToken
            ? $"{Side} at {Token}: the wrapping key was in this process, the key itself was not"
            : $"{Side} at {Token}: the key itself was in this process";
}
