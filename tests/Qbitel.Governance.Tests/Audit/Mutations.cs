namespace Qbitel.Governance.Tests.Audit;

/// <summary>Changes an export in one of the ways an adversary or a bad disk would, chosen by a seed.</summary>
internal static class Mutations
{
    public static string Apply(Dictionary<string, byte[]> files, int seed)
    {
        uint state = (uint)seed | 1;
        string[] paths = [.. files.Keys.Order(StringComparer.Ordinal)];
        string path = paths[Next(paths.Length)];
        byte[] content = files[path];
        int at = Next(content.Length);
        switch (Next(9))
        {
            case 0:
                files[path] = [.. content.AsSpan(0, at)];
                return $"{path} cut at {at}";
            case 1:
                files[path] = [.. content.AsSpan(0, at), .. content.AsSpan(at + 1)];
                return $"{path} without byte {at}";
            case 2:
                files[path] = [.. content.AsSpan(0, at), content[at], .. content.AsSpan(at)];
                return $"{path} with byte {at} twice";
            case 3:
                files.Remove(path);
                return $"without {path}";
            case 4:
                files[path] = [.. content, (byte)Next(256)];
                return $"{path} with a byte more";
            case 5:
                string other = paths[(Array.IndexOf(paths, path) + 1 + Next(paths.Length - 1)) % paths.Length];
                (files[path], files[other]) = (files[other], files[path]);
                return $"{path} and {other} swapped";
            case 6 when content.Length >= 64 && path.StartsWith("tile/0", StringComparison.Ordinal):
                int one = Next(content.Length / 32),
                    two = (one + 1 + Next((content.Length / 32) - 1)) % (content.Length / 32);
                byte[] hash = content[(one * 32)..((one + 1) * 32)];
                content.AsSpan(two * 32, 32).CopyTo(content.AsSpan(one * 32));
                hash.CopyTo(content.AsSpan(two * 32));
                return $"{path} hashes {one} and {two} swapped";
            default:
                byte flip = (byte)(1 + Next(255));
                content[at] ^= flip;
                return $"{path} byte {at} ^ {flip}";
        }

        int Next(int below)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return (int)(state % (uint)below);
        }
    }
}
