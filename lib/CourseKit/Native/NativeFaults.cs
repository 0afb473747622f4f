using CourseKit.Common;

namespace CourseKit.Native;

/// <summary>Finds out why a native library does not load on Linux: the file, what the file needs, and what the system has.</summary>
internal static class NativeFaults
{
    // The size is in bytes. A check of symbol versions reads the whole file into memory, so it skips larger files. For them, the error message
    // of the system's loader names the missing version.
    private const long LargestRead = 64 << 20;

    /// <summary>Checks the headers of a library and of the libraries that it needs from the folders. Gives the first fault; null if there is none.
    /// A check before loading is necessary, because loading a damaged file might crash the process instead of throwing an exception.</summary>
    /// <param name="library">The library.</param>
    /// <param name="folders">The folders to check. Libraries that lie only in the system's folders are not checked.</param>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static string? Damage(string library, params IReadOnlyList<string> folders)
    {
        try
        {
            foreach (var _ in Closure(library, folders)) { }
            return null;
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
    }

    /// <summary>
    /// Checks a library and the libraries that it needs from the folders. Names the first missing file or symbol version; null if nothing is missing.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static string? Missing(Machine machine, string library, params IReadOnlyList<string> folders)
    {
        foreach (var (path, elf) in Closure(library, folders))
        {
            if (elf.Needs.FirstOrDefault(name => Beside(name, folders) is null && machine.SystemLibrary(name) is null) is { } file)
                return $"{path}: needs {file}, which is neither in {string.Join(" nor ", folders)} nor among the system's libraries.";
            if (Length(path) <= LargestRead && UnmetVersion(machine, path) is { } version)
                return version;
        }
        return null;
    }

    /// <summary>
    /// The newest of the versions that belong to one family, e.g. GLIBCXX_3.4.32 of the family GLIBCXX; null if none belongs to the family.
    /// </summary>
    public static string? Newest(IEnumerable<string> versions, string family) => versions.Where(version => Family(version) == family).MaxBy(Number);

    private static IEnumerable<(string Path, ElfFile Elf)> Closure(string library, IReadOnlyList<string> folders)
    {
        var paths = new List<string> { library };
        for (var i = 0; i < paths.Count; i++)
        {
            var elf = ElfFile.Read(paths[i]);
            paths.AddRange(elf.Needs.Select(name => Beside(name, folders)).OfType<string>().Except(paths));
            yield return (paths[i], elf);
        }
    }

    private static string? Beside(string name, IReadOnlyList<string> folders) => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(Machine.IsFile);

    private static string? UnmetVersion(Machine machine, string library)
    {
        foreach (var group in ElfSymbolVersions.ReadNeeded(library).Where(need => !need.IsWeak).GroupBy(need => need.Library))
        {
            if (machine.SystemLibrary(group.Key) is not { } system)
                continue;
            var offered = ElfSymbolVersions.ReadDefined(system);
            var missing = group.Select(need => need.Version).Except(offered).ToList();
            if (missing.Count == 0)
                continue;
            var asked = missing.MaxBy(Number)!;
            return $"{library}: asks {group.Key} for {asked}, but {system} ends at {Newest(offered, Family(asked)) ?? "none of that name"}.";
        }
        return null;
    }

    // In bytes. For a link, FileInfo gives the length of the link. A build's libraries may be links into the package cache, and an open handle gives
    // the length of the target.
    private static long Length(string path)
    {
        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    }

    private static string Family(string version) => version.Split('_')[0];

    // GLIBCXX_3.4.32 -> 3.4.32, so that 3.4.9 comes before 3.4.32.
    private static Version Number(string version)
    {
        var text = version[(version.IndexOf('_', StringComparison.Ordinal) + 1)..];
        return Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0", out var number) ? number : new Version();
    }
}
