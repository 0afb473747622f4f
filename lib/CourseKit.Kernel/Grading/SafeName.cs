using System.Security.Cryptography;
using System.Text;

namespace CourseKit.Kernel.Grading;

/// <summary>The name under which a student's files are saved.</summary>
internal static class SafeName
{
    // With an ending and the part that AtomicFile adds for a while, it is well under 255 bytes, the most that file systems allow.
    private const int MostBytes = 180;

    // Windows takes these for devices, whatever the ending.
    private static readonly string[] Devices = ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })];

    /// <summary>
    /// The student's name, if all its characters are allowed in file names. Else a name that resembles it, with a part of its SHA-256 digest, so that
    /// two such students do not share a file.
    /// </summary>
    public static string Of(string student)
    {
        var safe = string.Concat(student.Select(letter => char.IsControl(letter) || letter == '\uFFFD' || "/\\:*?\"<>|".Contains(letter, StringComparison.Ordinal) ? '_' : letter));
        if (safe.StartsWith('.') || safe.Length == 0)
            safe = "_" + safe;
        if (safe.EndsWith('.') || safe.EndsWith(' '))
            safe += "_";
        if (Devices.Contains(safe.Split('.')[0].TrimEnd(), StringComparer.OrdinalIgnoreCase))
            safe = "_" + safe;
        if (safe == student && Encoding.UTF8.GetByteCount(safe) <= MostBytes)
            return safe;
        while (Encoding.UTF8.GetByteCount(safe) > MostBytes - 9)
            safe = safe[..(char.IsLowSurrogate(safe[^1]) && safe.Length > 1 ? ^2 : ^1)];
        return $"{safe}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(student)))[..8]}";
    }
}
