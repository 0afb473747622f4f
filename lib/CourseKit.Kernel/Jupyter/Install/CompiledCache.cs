using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>
/// A cache of the assemblies that earlier installations compiled. So an installation compiles only the assemblies that have changed. If the folder
/// cannot be read or written, the installation compiles all of them.
/// </summary>
/// <param name="folder">The folder of the cache; created when the first assembly is added.</param>
internal sealed class CompiledCache(string folder)
{
    // The number of assemblies that the cache keeps. One installation needs about twenty, which take 50 MB.
    private const int Kept = 60;

    /// <summary>The cache in the user's cache folder.</summary>
    public static CompiledCache OfUser { get; } = new(Path.Combine(Path.GetDirectoryName(PackageCache.Folder)!, "compiled"));

    /// <summary>The key of a compiled assembly. It changes when the assembly, a referenced assembly in its folder, or the settings change.</summary>
    /// <param name="assembly">The path of the assembly before compilation.</param>
    /// <param name="settings">The result of <see cref="AheadCompiler.Settings"/>.</param>
    public static string Key(string assembly, string settings)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        var metadata = reader.GetMetadataReader();
        var beside = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Select(name => Path.Combine(Path.GetDirectoryName(assembly)!, name + ".dll"))
            .Where(File.Exists).Order(StringComparer.Ordinal);
        var text = string.Join('\n', beside.Prepend(assembly).Select(file => $"{Path.GetFileName(file)} {Identity(file)}").Prepend(settings));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Copies the assembly with this key to a file. Returns false if the cache has no such assembly, or if the copy fails.</summary>
    public bool TryCopy(string key, string to)
    {
        try
        {
            var entry = File.ReadAllBytes(PathOf(key));
            if (entry.Length < SHA256.HashSizeInBytes || !Checksum(entry.AsSpan(SHA256.HashSizeInBytes)).SequenceEqual(entry.AsSpan(0, SHA256.HashSizeInBytes)))
                return false;
            using var file = File.Create(to);
            file.Write(entry.AsSpan(SHA256.HashSizeInBytes));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Keeps a compiled assembly under a key.</summary>
    public void Add(string key, string file) => IfWritable(() =>
    {
        var content = File.ReadAllBytes(file);
        // Written under a temporary name and then renamed, so another installation never reads a half-written file.
        var part = $"{PathOf(key)}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(folder);
        using (var entry = File.Create(part))
        {
            entry.Write(Checksum(content));
            entry.Write(content);
        }
        File.Move(part, PathOf(key), overwrite: true);
    });

    /// <summary>Updates the time of last use of these keys, and deletes all but the 60 assemblies that were used last.</summary>
    public void Tidy(IEnumerable<string> used) => IfWritable(() =>
    {
        foreach (var file in used.Select(PathOf).Where(File.Exists))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        foreach (var file in new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept))
            file.Delete();
    });

    private string PathOf(string key) => Path.Combine(folder, key);

    private static byte[] Checksum(ReadOnlySpan<byte> content) => SHA256.HashData(content);

    private static Guid Identity(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        var metadata = reader.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }

    private static void IfWritable(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the next installation compiles again.
        }
    }
}
