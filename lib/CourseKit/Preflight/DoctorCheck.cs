namespace CourseKit.Preflight;

/// <summary>One check of <see cref="Course.Doctor"/>.</summary>
/// <param name="Name">What was checked, e.g. "gpu".</param>
/// <param name="Status">The result.</param>
/// <param name="Found">What was found, or the exact fault.</param>
/// <param name="Remedy">What to do about the fault; null if there is no fault.</param>
public sealed record DoctorCheck(string Name, CheckStatus Status, string Found, string? Remedy)
{
    internal static DoctorCheck Ok(string name, string found) => new(name, CheckStatus.Ok, found, null);

    internal static DoctorCheck Limited(string name, string found, string remedy) => new(name, CheckStatus.Limited, found, remedy);

    internal static DoctorCheck Broken(string name, string found, string remedy) => new(name, CheckStatus.Broken, found, remedy);
}
