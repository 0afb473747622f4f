using CourseKit.Data;

namespace CourseKit.Preflight;

/// <summary>The data that ships with the course is there and has not changed.</summary>
internal static class DataCheck
{
    private const string Name = "data";

    public static DoctorCheck Of(Machine machine)
    {
        var shipped = Datasets.All.Where(set => set.Mirrors.Count == 0).SelectMany(set => set.Files).ToList();
        if ((machine.Course is { } course ? Path.Combine(course, "data") : null) is not { } folder)
            return DoctorCheck.Limited(Name, $"{machine.Build} is not in a copy of the course, so its data cannot be looked at", "Run from a complete copy of the course.");
        const string remedy = "Restore it: `git checkout -- data` in the course folder, or take it from a complete copy of the course.";
        foreach (var file in shipped)
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path))
                return DoctorCheck.Broken(Name, $"{path}: not found", remedy);
            if (Datasets.Sha256(path) is var found && found != file.Sha256)
                return DoctorCheck.Broken(Name, $"{path}: changed (SHA-256 {found}, expected {file.Sha256})", remedy);
        }
        return DoctorCheck.Ok(Name, $"{shipped.Count} files in {folder}, unchanged");
    }
}
