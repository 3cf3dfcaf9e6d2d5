namespace Qbitel.Bench;

/// <summary>One operation of one algorithm by one implementation.</summary>
/// <remarks>
/// <see cref="Prepare"/> makes keys and inputs, does the operation once and checks its result; what it returns does the
/// operation again, with the same keys, and refuses a wrong result.
/// </remarks>
internal sealed record BenchCase(string Implementation, string Algorithm, string Operation, Func<Action> Prepare)
{
    public const string KeyGeneration = "keygen";
    public const string Encapsulation = "encaps";
    public const string Decapsulation = "decaps";
    public const string Signature = "sign";
    public const string Verification = "verify";
    public const string Agreement = "derive";

    /// <summary>A key as bytes, and one operation with it: what a program pays that does not keep its keys.</summary>
    public const string Cold = "import+";

    /// <summary>What is signed: the size of a hash, or of a short message.</summary>
    public const int MessageSize = 64;

    public string Id => $"{Implementation}/{Algorithm}/{Operation}";

    /// <exception cref="InvalidOperationException">An implementation under test gave a wrong answer.</exception>
    public static void Require(bool right, string what)
    {
        if (!right) throw new InvalidOperationException($"A wrong result while measuring: {what}.");
    }
}
