terraform import hiiretail_iam_resource.till till:001-7
