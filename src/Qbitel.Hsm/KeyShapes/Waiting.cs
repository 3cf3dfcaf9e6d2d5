using System.Security.Cryptography;

namespace Qbitel.Hsm.KeyShapes;

/// <summary>
/// .NET's key classes answer at once; a device does not. So the caller's thread waits, and only here: code of ours takes a
/// <see cref="Cryptography.Signer"/> instead.
/// </summary>
internal static class Waiting
{
    /// <exception cref="CryptographicException">The device failed; what it said is inside.</exception>
    public static T For<T>(ValueTask<T> answer)
    {
        try
        {
            return answer.IsCompleted ? answer.GetAwaiter().GetResult() : answer.AsTask().GetAwaiter().GetResult();
        }
        catch (HsmException error)
        {
            throw new CryptographicException(error.Message, error); // what callers of these classes expect
        }
    }

    public static CryptographicException Stays() => new("The private key stays in its HSM.");
}
