using System.Security.Cryptography;
using System.Text;

namespace CourseKit.Kernel.Notebooks;

/// <summary>Cell ids of nbformat 4.5: 1 to 64 of <c>A-Z a-z 0-9 - _</c>, unique in a notebook.</summary>
internal static class CellIds
{
    public static string New() => Guid.NewGuid().ToString("N")[..8];

    /// <summary>Makes an id from the cell's place and text, so that a file without ids gets the same ids each time it is read.</summary>
    public static string For(int index, string source, Func<string, bool> isTaken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{attempt}/{index}/{source}"));
            var id = Convert.ToHexStringLower(hash.AsSpan(0, 4));
            if (!isTaken(id))
                return id;
        }
    }

    public static bool IsValid(string id) => id.Length is >= 1 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
