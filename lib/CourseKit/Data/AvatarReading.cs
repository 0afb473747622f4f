namespace CourseKit.Data;

/// <summary>
/// What one picture shows when it is read as an avatar. Eye distances are between colours with parts in -1..1 (<see cref="Rgb.DistanceTo"/>).
/// </summary>
/// <param name="LeftEye">The eye colour nearest to the mean colour of the iris on the picture's left.</param>
/// <param name="RightEye">The eye colour nearest to the mean colour of the iris on the picture's right.</param>
/// <param name="LeftDistance">Mean distance of the left iris's pixels from <paramref name="LeftEye"/>; 0 in a real avatar.</param>
/// <param name="RightDistance">Mean distance of the right iris's pixels from <paramref name="RightEye"/>; 0 in a real avatar.</param>
/// <param name="Asymmetry">Mean absolute difference, 0..2, between the picture and its mirror image; 0 in a real avatar.</param>
/// <param name="Nearest">The real avatar that resembles the picture most.</param>
/// <param name="Distance">Root mean square difference, 0..2, between the picture and that avatar; 0 in a real avatar.</param>
public sealed record AvatarReading(
    EyeColour LeftEye, EyeColour RightEye, double LeftDistance, double RightDistance, double Asymmetry, AvatarAttributes Nearest, double Distance)
{
    /// <summary>The largest mean distance of a clear eye, slightly below a quarter of the smallest distance between two eye colours.</summary>
    public const double ClearLimit = .33;

    /// <summary>The largest asymmetry of a picture that counts as symmetric.</summary>
    public const double AsymmetryLimit = .1;

    /// <summary>The largest distance of a picture that counts as a face.</summary>
    public const double FaceLimit = .25;

    /// <summary>The lecture's measure of structure: both eyes are nearest to the same colour. Random eye colours agree in 25 %.</summary>
    public bool EyesAgree => LeftEye == RightEye;

    /// <summary>Neither eye is a blend of colours.</summary>
    public bool EyesAreClear => LeftDistance <= ClearLimit && RightDistance <= ClearLimit;

    /// <summary>The right half mirrors the left half, up to <see cref="AsymmetryLimit"/>.</summary>
    public bool IsSymmetric => Asymmetry <= AsymmetryLimit;

    /// <summary>The picture is a valid face: close to a real avatar as a whole, with two clear eyes of one colour.</summary>
    public bool IsFace => Distance <= FaceLimit && EyesAgree && EyesAreClear;
}
