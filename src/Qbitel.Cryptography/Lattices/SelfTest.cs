using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

/// <summary>A check that one family of algorithms works on this machine, run before its first key is made.</summary>
/// <remarks>A family that failed stays closed for the life of the process: wrong answers are worse than none.</remarks>
internal sealed class SelfTest(string family, Func<bool> check)
{
    private readonly Lazy<bool> _passed = new(check);

    /// <exception cref="CryptographicException">The check failed, now or before.</exception>
    public void Require()
    {
        if (!_passed.Value)
        {
            throw new CryptographicException(
                $"{family} failed its self-test on this machine and is closed: "
                + "check the runtime and the hardware, then restart the process.");
        }
    }
}
