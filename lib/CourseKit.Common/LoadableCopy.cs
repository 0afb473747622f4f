using System.Security.Cryptography;

namespace CourseKit.Common;

/// <summary>
/// TorchSharp's binding for Linux asks libstdc++ for a version of GCC 13, which Debian 12 and Ubuntu 22.04 do not have. No symbol that the binding uses
/// needs that version. So a copy in which the need is weak loads there. The package cache is never touched.
/// </summary>
internal static class LoadableCopy
{
    /// <summary>Whether a native library asks for that version, so that a copy may load where the library does not.</summary>
    public static bool Helps(string library)
    {
        try
        {
            return OperatingSystem.IsLinux() && ElfSymbolVersions.ReadNeeded(library).Exists(need => need is { Version: ElfSymbolVersions.NeedlessVersion, IsWeak: false });
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The copy in the user's cache folder, which is made if it is not there.</summary>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The copy may not be written.</exception>
    public static string Make(string library)
    {
        var copy = Path.Combine(UserPath.Cache, "native", Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(library)))[..16], Path.GetFileName(library));
        if (!File.Exists(copy))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            ElfSymbolVersions.Weaken(library, copy, ElfSymbolVersions.NeedlessVersion);
        }
        return copy;
    }
}
