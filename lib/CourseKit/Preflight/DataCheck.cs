using CourseKit.Common;
using CourseKit.Data;
using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Checks that what ships is there, and that it and the downloaded data sets have the published SHA-256 hashes.</summary>
internal static class DataCheck
{
    private const string Name = "data", Restore = "Restore it: `git checkout -- data` in the course folder, or take it from a complete copy of the course.";

    public static DoctorCheck Of(Machine machine)
    {
        if (machine.Course is not { } course)
            return DoctorCheck.Limited(Name, $"{machine.Build} is not in a copy of the course, so its data cannot be looked at", "Run from a complete copy of the course.");
        var shipped = Path.Combine(course, "data");
        var own = machine.Variable("COURSEKIT_DATA") is { } chosen ? new[] { chosen } : [];
        foreach (var set in DatasetCatalogue.Shipped)
        {
            var taken = own.Append(shipped).FirstOrDefault(folder => set.Files.All(file => File.Exists(Path.Combine(folder, file.Name))));
            if (taken is null)
                return DoctorCheck.Broken(Name, $"{set.Files.Select(file => Path.Combine(shipped, file.Name)).First(path => !File.Exists(path))}: not found", Restore);
            if (Changed(set, taken) is { } damaged)
                return DoctorCheck.Broken(Name, damaged, taken == shipped ? Restore : $"Unset COURSEKIT_DATA, or put the {set.Name} files of the course's folder data/ there.");
        }
        foreach (var set in Datasets.All.Where(set => set.Mirrors.Count > 0))
        {
            if (own.Append(Cache(machine)).Select(folder => Changed(set, Path.Combine(folder, set.Name))).FirstOrDefault(changed => changed is not null) is { } changed)
                return DoctorCheck.Limited(Name, changed, $"Delete it, and get it again: `coursekit data fetch {set.Name}`.");
        }
        return DoctorCheck.Ok(Name, $"the {DatasetCatalogue.Shipped.Sum(set => set.Files.Count)} files that ship with the course, unchanged");
    }

    // A message about the first existing file that differs from the published file; null if no file differs.
    private static string? Changed(DatasetInfo set, string folder) => (
        from file in set.Files
        let path = Path.Combine(folder, file.Name)
        where File.Exists(path)
        let found = Datasets.OtherSha256(file, path)
        where found is not null
        select $"{path}: changed (SHA-256 {found}, expected {file.Sha256})").FirstOrDefault();

    private static string Cache(Machine machine) =>
        machine.IsHere ? UserPath.Cache : Path.Combine(machine.Variable("XDG_CACHE_HOME") ?? machine.PathOf("root/.cache"), "coursekit");
}
