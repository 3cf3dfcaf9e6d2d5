namespace Qbitel.Hsm.Software;

/// <summary>A stored file that is not what the token wrote, said so that an operator finds it.</summary>
internal static class Damage
{
    public static HsmException In(HsmOperation operation, string file, string what, Exception? inner = null) =>
        new(
            SoftwareToken.ProviderName, operation, HsmFailure.Damaged,
            $"{file} is damaged: {what} Restore it from a backup of this token.", inner: inner);
}
